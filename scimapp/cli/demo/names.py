"""Names for the demo, as varied as in a real company, with the Latin spelling used in addresses.

Each row is ``(given names, family names)`` of one background; a name is "as written|as in the address", or one word if
both are equal. ``FIRST`` are people with something to show, who always come first.
"""

# (given name, family name, in the address, title, department, role, state)
FIRST = (
    ("Ingrid", "Halvorsen", "ingrid.halvorsen", "Chief Operating Officer", "Leadership", "super_admin", "active"),
    ("Tobias", "Okonkwo", "tobias.okonkwo", "Head of IT", "IT", "super_admin", "active"),
    ("Zoë", "Müller-Lüdenscheidt", "zoe.mueller", "HR Business Partner", "People", "user_admin", "active"),
    ("花子", "佐藤", "hanako.sato", "Service Desk Lead", "IT", "user_admin", "active"),
    ("Wilhelmina Anneliese", "Featherstonehaugh-Cholmondeley", "wilhelmina.featherstonehaugh",
     "Senior Director of Regional Quality Assurance and Food Safety Compliance, Northern Europe", "Quality",
     "member", "invited"),
    ("María de los Ángeles", "Fernández de Córdoba y Aragón", "maria.fernandez", "Category Buyer", "Purchasing",
     "member", "active"),
    ("Suharto", "", "suharto", "Line Operator", "Production", "member", "active"),
    ("Siobhán", "O’Brien", "siobhan.obrien", "Key Account Manager", "Sales", "member", "active"),
    ("محمد", "الفارسي", "mohammed.alfarsi", "Process Engineer", "Production", "user_admin", "active"),
    ("Bo", "Ng", "bo.ng", "Line Operator", "Production", "member", "bounced"),
    ("Олена", "Шевченко", "olena.shevchenko", "Financial Controller", "Finance", "member", "active"),
    ("Jean-François", "d’Aboville", "jf.daboville", "Logistics Planner", "Logistics", "member", "removed"),
)  # fmt: skip

BACKGROUNDS = (
    (
        "Aoife Ciarán|Ciaran Eleanor Gareth Imogen Rhys Rowan Tamsin",
        "Ashworth Blackwood Carew Doyle Fitzgerald Llewellyn MacAllister Pemberton",
    ),
    (
        "Anneke Bastian Elke Friedrich Gesine Jörg|Joerg Katharina Lutz",
        "Baumgärtner|Baumgaertner Dreher Eichhorn Größmann|Groessmann Köhler|Koehler Reinhardt Straßer|Strasser Vogt",
    ),
    (
        "Amélie|Amelie Benoît|Benoit Céline|Celine Étienne|Etienne Hélène|Helene Mathilde Noé|Noe Thibault",
        "Beaumont Charpentier Delacroix Fournier Lefèvre|Lefevre Moreau Rousseau Villeneuve",
    ),
    (
        "Álvaro|Alvaro Begoña|Begona Catalina Íñigo|Inigo Joaquín|Joaquin Lucía|Lucia Núria|Nuria Ximena",
        "Castañeda|Castaneda Echeverría|Echeverria Ibáñez|Ibanez Montoya Núñez|Nunez Quiroga Salcedo Zúñiga|Zuniga",
    ),
    (
        "Adaeze Chidi Emeka Folake Ifeanyi Ngozi Temitope Yewande",
        "Abiodun Adeyemi Balogun Eze Nwachukwu Obi Okafor Ogunleye",
    ),
    (
        "नेहा|neha अर्जुन|arjun प्रिया|priya राहुल|rahul Ananya Devansh Kavya Rohan",
        "शर्मा|sharma पटेल|patel Chatterjee Iyer Krishnamurthy Mehta Raghunathan Venkataraman",
    ),
    (
        "小明|xiaoming 静怡|jingyi 伟|wei 美玲|meiling 建国|jianguo 思远|siyuan 雨桐|yutong 浩然|haoran",
        "王|wang 李|li 陈|chen 欧阳|ouyang 张|zhang 刘|liu 赵|zhao 诸葛|zhuge",
    ),
    (
        "健太|kenta 美咲|misaki 翔|sho 陽子|yoko 大輔|daisuke 結衣|yui 直樹|naoki 真理|mari",
        "渡辺|watanabe 伊藤|ito 小林|kobayashi 長谷川|hasegawa 鈴木|suzuki 高橋|takahashi 松本|matsumoto 井上|inoue",
    ),
    (
        "민준|minjun 서연|seoyeon 지훈|jihoon 하은|haeun 도윤|doyun 수아|sua 예준|yejun 지우|jiwoo",
        "김|kim 이|lee 박|park 최|choi 정|jung 강|kang 조|cho 남궁|namgung",
    ),
    (
        "Minh|minh Thị_Lan|thilan Đức|duc Hương|huong Quang Thảo|thao Tuấn|tuan Yến|yen",
        "Nguyễn|nguyen Trần|tran Lê|le Phạm|pham Hoàng|hoang Vũ|vu Đặng|dang Bùi|bui",
    ),
    (
        "Андрій|andrii Ганна|hanna Дмитро|dmytro Катерина|kateryna Людмила|liudmyla Микола|mykola Софія|sofiia Тарас|taras",
        "Бондаренко|bondarenko Гончар|honchar Коваленко|kovalenko Лисенко|lysenko Мельник|melnyk Поліщук|polishchuk "
        "Ткаченко|tkachenko Франко|franko",
    ),
    (
        "فاطمة|fatima يوسف|yousef ليلى|layla عمر|omar Nour Karim Salma Tariq",
        "العلي|alali حداد|haddad منصور|mansour الخطيب|alkhatib Darwish Nasser Rahman Zaidi",
    ),
    (
        "Ελένη|eleni Γιώργος|giorgos Δέσποινα|despoina Νίκος|nikos Σοφία|sofia Χρήστος|christos Άννα|anna Πέτρος|petros",
        "Παπαδοπούλου|papadopoulou Αγγελόπουλος|angelopoulos Γεωργίου|georgiou Καζαντζάκη|kazantzaki "
        "Δημητρίου|dimitriou Νικολαΐδης|nikolaidis Σταύρου|stavrou Χατζή|chatzi",
    ),
    (
        "Łukasz|lukasz Małgorzata|malgorzata Wojciech Zofia Grzegorz Agnieszka Stanisław|stanislaw Żaneta|zaneta",
        "Brzęczyszczykiewicz|brzeczyszczykiewicz Dąbrowska|dabrowska Jabłoński|jablonski Kowalczyk Szczepański|szczepanski "
        "Wiśniewska|wisniewska Wójcik|wojcik Zięba|zieba",
    ),
)
